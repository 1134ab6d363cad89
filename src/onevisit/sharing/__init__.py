"""Sharing (数据共享): what other departments already know is asked of them, for one case and one purpose, never of the applicant.

`connectors` how a pack tells which data and systems there are · `answers` what an answer must look like · `actions` loading,
allowing, inquiring · `errands` what a department's own system does (`reports`: how it may answer) · `invariants` 25.
Law: 国务院关于在线政务服务的若干规定 arts. 7, 10; PIPL arts. 13, 28, 34.
"""
