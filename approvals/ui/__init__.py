"""Pages of approvals: what waits, one request with its plan, the rules of an enterprise, deputies."""
