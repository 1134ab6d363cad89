"""The general window (综合窗口): a person is received by number, his matters begun, received, accepted, their results handed out.

`seat` the window and who comes to it · `visit` what he wants · `filling` the form · `counter` the case there, `acting` its acts,
`beside` another party who comes along.
"""
