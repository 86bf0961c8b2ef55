-- The record has a database of its own beside the engine's.
CREATE DATABASE record;
