"""File store, HTML to PDF, print templates, signing: what licences and notices are made with."""
