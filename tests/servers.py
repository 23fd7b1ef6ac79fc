"""Rich schemas of PostgreSQL and MySQL, as applications have them."""

POSTGRES_RICH = """
CREATE SCHEMA sales;
CREATE TYPE mood AS ENUM ('ok', 'it''s sad', 'never said');
CREATE DOMAIN sales.share AS numeric(5, 4) DEFAULT 0.5 CHECK (VALUE >= 0 AND VALUE <= 1);
CREATE SEQUENCE numbers START 5000;
CREATE TABLE teams (id serial PRIMARY KEY, name text NOT NULL UNIQUE, leader integer);
CREATE TABLE people (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, team integer NOT NULL REFERENCES teams ON DELETE CASCADE,
  boss integer REFERENCES people DEFERRABLE, feeling mood NOT NULL DEFAULT 'ok', token uuid UNIQUE, tags text[],
  extra jsonb, address inet, born date, seen timestamptz DEFAULT now(), nap interval, wage numeric(10, 2),
  photo bytea NOT NULL, doubled numeric GENERATED ALWAYS AS (wage * 2) STORED, part sales.share, letter char(3),
  amount numeric, huge bigint DEFAULT nextval('numbers'), score real, CONSTRAINT wages CHECK (wage BETWEEN 0 AND 9000));
ALTER TABLE teams ADD CONSTRAINT led FOREIGN KEY (leader) REFERENCES people;
CREATE INDEX by_mood ON people (feeling) WHERE wage > 10;
CREATE UNIQUE INDEX by_letters ON people (lower(letter), id);
COMMENT ON TABLE people IS 'who works''here';
COMMENT ON COLUMN people.wage IS 'in euros';
CREATE TABLE sales.people (id integer PRIMARY KEY, "odd ""name""; --" text, person integer REFERENCES people);
CREATE TABLE sales.visits (day date, place integer, n integer, PRIMARY KEY (day, place)) PARTITION BY RANGE (day);
CREATE TABLE sales.visits_2024 PARTITION OF sales.visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO teams (name) SELECT 'team ' || n FROM generate_series(1, 8) n;
INSERT INTO people (team, boss, feeling, token, tags, extra, address, born, seen, nap, wage, photo, part, letter, amount,
  score) SELECT n % 8 + 1, NULL, (ARRAY['ok', 'it''s sad']::mood[])[n % 2 + 1], gen_random_uuid(), ARRAY['a', 'b,' || n],
  jsonb_build_object('n', n), '10.0.0.1', date '1990-01-01' + n,
  CASE WHEN n = 7 THEN 'infinity' ELSE timestamptz '2024-01-01' END,
  n * interval '1 minute', n / 3.0, 'x', 0.25, 'ab', n * 1.5, n / 7.0 FROM generate_series(1, 120) n;
UPDATE people SET boss = id / 2 WHERE id > 1;
UPDATE teams SET leader = id;
INSERT INTO sales.people SELECT n, 'x' || n, n FROM generate_series(1, 30) n;
INSERT INTO sales.visits SELECT date '2024-01-01' + n, n % 5, n FROM generate_series(0, 90) n;
CREATE VIEW rich AS SELECT * FROM people WHERE wage > 20;
"""

MYSQL_RICH = """
CREATE TABLE teams (id int unsigned AUTO_INCREMENT PRIMARY KEY, name varchar(40) NOT NULL UNIQUE, leader int unsigned,
  KEY (leader)) AUTO_INCREMENT=100 COMMENT='the teams';
CREATE TABLE people (
  id int unsigned AUTO_INCREMENT, team int unsigned NOT NULL, boss int unsigned,
  feeling enum('ok', 'it''s sad', 'never') NOT NULL DEFAULT 'ok', flags set('a', 'b'), extra json, born date,
  seen timestamp NULL, moment datetime(6), wage decimal(10, 2) COMMENT 'in euros', photo blob NOT NULL,
  doubled decimal(12, 2) AS (wage * 2) VIRTUAL, is_new tinyint(1) DEFAULT 1, odd bit(3), long_text text,
  `we``ird name` varchar(20) CHARACTER SET latin1 DEFAULT 'x', clock time, y year, big bigint unsigned,
  CONSTRAINT wages CHECK (wage BETWEEN 0 AND 9000), PRIMARY KEY (id), KEY by_feeling (feeling, wage),
  CONSTRAINT in_team FOREIGN KEY (team) REFERENCES teams (id) ON DELETE CASCADE,
  CONSTRAINT under FOREIGN KEY (boss) REFERENCES people (id));
ALTER TABLE teams ADD CONSTRAINT led FOREIGN KEY (leader) REFERENCES people (id);
SET foreign_key_checks = 0;
INSERT INTO teams (id, name, leader) VALUES (1, 'one \\\\ \\' "', 1), (2, 'two', 2), (3, 'three', 3);
INSERT INTO people (id, team, boss, feeling, flags, extra, born, seen, moment, wage, photo, is_new, odd, long_text,
  `we``ird name`, clock, y, big)
  SELECT seq, seq % 3 + 1, NULLIF(seq DIV 2, 0), IF(seq % 2, 'ok', 'it''s sad'), 'a,b', '{"n": 1}',
  DATE '1990-01-01' + INTERVAL seq DAY,
  '2024-01-01 10:00:00', '2024-01-01 10:00:00.123456', seq / 3, 'x', seq % 2, 5, CONCAT('it''s \\\\ "', seq), 'naïve',
  '12:30:00', 2024,   18446744073709551615 FROM seq_1_to_120;
"""
