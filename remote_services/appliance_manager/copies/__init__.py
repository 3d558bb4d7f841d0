"""Makes the files of new templates out of what is there: disks of machines and other templates."""
