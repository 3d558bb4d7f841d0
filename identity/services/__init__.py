"""The only writers of sessions, the policy, failures, passwords and second factors."""
