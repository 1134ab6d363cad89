"""Proofs (证明, 减证便民): who asks for which paper of whom, reviewed by the eight rules; what is asked while a source is down.

`eight` the rules as evidence in words · `register` what is in force, turned round to the proofs · `invariants` 19, 20.
《实施方案》三（三）8; 国务院令第716号 art. 7; 国办发〔2018〕47号.
"""
