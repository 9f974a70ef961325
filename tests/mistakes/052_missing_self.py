# at 6:7, remedy
class A:
    def hello():
        return 1
a = A()
print(a.hello())
