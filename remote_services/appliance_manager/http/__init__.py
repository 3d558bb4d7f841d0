"""The appliance manager's own HTTP address: uploads, downloads, and the repository for published clients."""
