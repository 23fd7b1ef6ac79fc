SET NAMES utf8mb4;
CREATE TABLE `branch` (
  `branch_id` smallint unsigned NOT NULL AUTO_INCREMENT,
  `name` varchar(50) NOT NULL,
  `address` varchar(120) DEFAULT NULL,
  `city` varchar(40) NOT NULL,
  PRIMARY KEY (`branch_id`),
  UNIQUE KEY `uq_name` (`name`)
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4;
CREATE TABLE `book` (
  `isbn` char(13) NOT NULL,
  `title` varchar(200) NOT NULL,
  `language` enum('en','de','fr') NOT NULL DEFAULT 'en',
  `published` year DEFAULT NULL,
  `price` decimal(6,2) NOT NULL DEFAULT '9.99',
  `pages` mediumint unsigned DEFAULT NULL,
  `cover` blob,
  PRIMARY KEY (`isbn`),
  CONSTRAINT `c_pages` CHECK ((`pages` > 0))
) ENGINE=InnoDB;
CREATE TABLE `copy` (
  `isbn` char(13) NOT NULL,
  `copy_no` tinyint NOT NULL,
  `branch_id` smallint unsigned NOT NULL,
  `is_lost` tinyint(1) NOT NULL DEFAULT '0',
  `bought` date NOT NULL,
  PRIMARY KEY (`isbn`,`copy_no`),
  KEY `idx_branch` (`branch_id`),
  CONSTRAINT `fk_book` FOREIGN KEY (`isbn`) REFERENCES `book` (`isbn`) ON UPDATE CASCADE,
  CONSTRAINT `fk_branch` FOREIGN KEY (`branch_id`) REFERENCES `branch` (`branch_id`)
) ENGINE=InnoDB;
CREATE TABLE `loan` (
  `id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `isbn` char(13) NOT NULL,
  `copy_no` tinyint NOT NULL,
  `borrower_email` varchar(100) NOT NULL,
  `lent` datetime NOT NULL,
  `due` datetime NOT NULL,
  `returned` datetime DEFAULT NULL,
  `fee` decimal(5,2) DEFAULT '0.00',
  CONSTRAINT `c_due` CHECK (`due` > `lent`),
  CONSTRAINT `c_fee` CHECK (`fee` between 0 and 99.5)
) ENGINE=InnoDB;
ALTER TABLE `loan` ADD CONSTRAINT `fk_copy` FOREIGN KEY (`isbn`, `copy_no`) REFERENCES `copy` (`isbn`, `copy_no`), ADD KEY `x` (`lent`);
