"""Where guides are written, compared, published and taken back; where proofs are cleaned up (编辑室)."""
