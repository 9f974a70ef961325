# at 2:1, remedy
pritn("hello")
