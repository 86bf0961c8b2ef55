"""What the record costs as it grows: the same questions to small and large ones."""
