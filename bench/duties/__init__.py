"""What one duty costs: calls of the engine, transactions and statements of the record."""
