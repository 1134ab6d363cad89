"""Where proofs are cleaned up (减证便民): the register, a proof and its reviews, the matrix, circles, sources that were down."""
