"""Any optimizer with memory as an update without it, to any order, and in closed form."""
