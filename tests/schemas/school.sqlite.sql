PRAGMA foreign_keys = ON;
CREATE TABLE teachers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  full_name TEXT NOT NULL CHECK (length(full_name) <= 60),
  email TEXT NOT NULL UNIQUE CHECK (email LIKE '%_@_%._%'),
  hired DATE NOT NULL CHECK (hired BETWEEN '2010-01-01' AND '2025-06-30'),
  left_on DATE,
  mentor INTEGER REFERENCES teachers (id),
  salary NUMERIC(8, 2) NOT NULL CHECK (salary > 1000 AND salary <= 9000),
  CHECK (left_on IS NULL OR left_on > hired)
);
CREATE TABLE rooms (
  building TEXT NOT NULL CHECK (building IN ('A', 'B', 'C')),
  number INTEGER NOT NULL CHECK (number BETWEEN 100 AND 499),
  seats INTEGER NOT NULL DEFAULT 30 CHECK (seats > 0 AND seats <= 200),
  has_projector INTEGER NOT NULL CHECK (has_projector IN (0, 1)),
  PRIMARY KEY (building, number)
) WITHOUT ROWID;
CREATE TABLE "course list" (
  code TEXT PRIMARY KEY CHECK (code GLOB '[A-Z]*' OR code <> ''),
  title VARCHAR(80) NOT NULL,
  teacher_id INTEGER NOT NULL,
  building TEXT,
  number INTEGER,
  fee REAL CHECK (fee >= 0 AND fee < 500),
  early_fee REAL CHECK (early_fee <= fee),
  net_fee REAL GENERATED ALWAYS AS (fee * 0.9) VIRTUAL,
  FOREIGN KEY (teacher_id) REFERENCES teachers (id) ON DELETE CASCADE,
  FOREIGN KEY (building, number) REFERENCES rooms (building, number)
);
CREATE TABLE students (id INTEGER PRIMARY KEY, "first name" TEXT, last_name TEXT NOT NULL, born DATE CHECK (born < '2012-01-01'), level INT CHECK (level IN (1, 2, 3) OR level IS NULL));
CREATE TABLE enrolled (
  student INTEGER NOT NULL REFERENCES students ON DELETE CASCADE,
  course TEXT NOT NULL REFERENCES "course list" (code),
  mark INTEGER CHECK (mark >= 1 AND mark <= 6),
  passed BOOLEAN NOT NULL DEFAULT 0,
  PRIMARY KEY (student, course)
);
CREATE TABLE attendance (student INT, course TEXT, lesson INT, note TEXT, FOREIGN KEY (student, course) REFERENCES enrolled (student, course), PRIMARY KEY (student, course, lesson));
CREATE TABLE lockers (id INTEGER PRIMARY KEY, student INTEGER NOT NULL UNIQUE REFERENCES students (id), code CHAR(4) NOT NULL UNIQUE);
CREATE UNIQUE INDEX one_title ON "course list" (title, teacher_id);
