CREATE TYPE order_status AS ENUM ('new', 'paid', 'shipped', 'it''s lost');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TABLE countries (code char(2) PRIMARY KEY, name varchar(60) NOT NULL UNIQUE);
CREATE TABLE public.customers (
  id bigserial PRIMARY KEY, email varchar(120) UNIQUE NOT NULL, first_name varchar(40) NOT NULL, last_name varchar(40) NOT NULL,
  phone varchar(30), country char(2) NOT NULL REFERENCES countries, referred_by bigint REFERENCES customers(id) ON DELETE SET NULL,
  is_active boolean NOT NULL DEFAULT true, birth_date date CHECK (birth_date < CURRENT_DATE AND birth_date >= '1920-01-01'),
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz, CONSTRAINT later CHECK (updated_at >= created_at),
  settings jsonb, tags text[]
);
CREATE TABLE products (sku varchar(12) PRIMARY KEY, name text NOT NULL, price numeric(10,2) NOT NULL CHECK (price > 0), weight real CHECK (weight BETWEEN 0.1 AND 50),
  sale_price numeric(10,2), CHECK (sale_price < price), category text CHECK (category IN ('food','toys','books')));
CREATE TABLE orders (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, customer_id bigint NOT NULL, status order_status NOT NULL DEFAULT 'new', ordered_at timestamp NOT NULL, shipped_at timestamp,
  CHECK (status <> 'shipped' OR shipped_at IS NOT NULL), CHECK (shipped_at > ordered_at));
ALTER TABLE ONLY orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES public.customers (id);
CREATE TABLE items (order_id uuid REFERENCES orders, line_no smallint, sku varchar(12) NOT NULL REFERENCES products, quantity positive NOT NULL, unit_price numeric(10,2) NOT NULL CHECK (unit_price >= 0),
  total numeric(12,2) GENERATED ALWAYS AS (quantity * unit_price) STORED, PRIMARY KEY (order_id, line_no));
CREATE TABLE shipments (order_id uuid, line_no smallint, carrier varchar(10) NOT NULL, tracking varchar(20) UNIQUE, FOREIGN KEY (order_id, line_no) REFERENCES items, PRIMARY KEY (order_id, line_no, carrier));
CREATE TABLE favourites (customer_id bigint REFERENCES customers, sku varchar(12) REFERENCES products, PRIMARY KEY (customer_id, sku));
CREATE TABLE profiles (customer_id bigint PRIMARY KEY REFERENCES customers, bio text, website varchar(200), full_label text GENERATED ALWAYS AS (bio || '!' ) STORED);
CREATE UNIQUE INDEX low ON customers (lower(email));
