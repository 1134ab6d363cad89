"""Shared resources (数据共享): inquiries with purpose, case and whitelist; back-end verification."""
