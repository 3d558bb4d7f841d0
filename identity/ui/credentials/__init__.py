"""Pages of what programs sign in with: personal access tokens, applications, and the question of consent."""
