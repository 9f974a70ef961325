# issubclass, hasattr, getattr, setattr, __name__ and __class__.
class Animal:
    kind = "animal"
    def __init__(self, name):
        self.name = name
    def speak(self):
        return "..."
    def intro(self):
        return self.name + " says " + self.speak() + " " + self.kind
class Dog(Animal):
    kind = "dog"
    def __init__(self, name, age):
        super().__init__(name)
        self.age = age
    def speak(self):
        return "Woof"
class Puppy(Dog):
    def speak(self):
        return super().speak() + "!"
print(Dog("Rex", 3).intro(), Puppy("P", 1).intro(), Animal("A").intro())
print(isinstance(Dog("a", 1), Animal), isinstance(Animal("a"), Dog), issubclass(Dog, Animal), type(Dog("a", 1)).__name__, Dog.__name__, Dog("a", 1).__class__.__name__, type(Dog("a",1)) is Dog)
zoo = [Dog("r", 1), Animal("x"), Puppy("y", 2)]
for z in zoo:
    print(z.intro())

class A:
    def __init__(self):
        self.x = 1
a = A()
print(hasattr(a, "x"), hasattr(a, "y"), getattr(a, "x"), getattr(a, "z", 5))
setattr(a, "x", 10)
print(a.x)
