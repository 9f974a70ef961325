# at 3:1
x = 3
break
