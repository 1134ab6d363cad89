"""Files by their digest, and how papers are made (文件, 文书): what licences, notices and guides are made with.

Besides models, queries, actions and invariants: `render` (HTML to PDF/A), `qr`, `keys` and `signing` (the seal), `verification`
(is a sealed paper as it was sealed; needs no database), `inspection` (what may be kept of an upload).
"""
