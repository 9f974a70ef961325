"""A shop's inventory with a dataclass, dict by key, and reports."""
from dataclasses import dataclass, field


@dataclass
class Item:
    sku: str
    name: str
    price: float
    quantity: int = 0
    tags: list = field(default_factory=list)

    @property
    def value(self):
        return self.price * self.quantity

    def __post_init__(self):
        if self.price < 0:
            raise ValueError(f"negative price for {self.name}")


class OutOfStock(Exception):
    pass


class Inventory:
    def __init__(self):
        self._items: dict[str, Item] = {}

    def add(self, item: Item) -> None:
        if item.sku in self._items:
            self._items[item.sku].quantity += item.quantity
        else:
            self._items[item.sku] = item

    def remove(self, sku: str, quantity: int = 1) -> float:
        item = self._items[sku]
        if item.quantity < quantity:
            raise OutOfStock(f"{item.name}: {item.quantity} left, {quantity} asked")
        item.quantity -= quantity
        return item.price * quantity

    def __getitem__(self, sku):
        return self._items[sku]

    def __iter__(self):
        return iter(self._items.values())

    def __len__(self):
        return sum(item.quantity for item in self)

    def by_tag(self):
        groups: dict[str, list[str]] = {}
        for item in self:
            for tag in item.tags:
                groups.setdefault(tag, []).append(item.name)
        return groups


shop = Inventory()
shop.add(Item("A1", "hammer", 12.5, 10, ["tools"]))
shop.add(Item("A2", "saw", 18.0, 4, ["tools", "sharp"]))
shop.add(Item("B1", "nails", 0.05, 1000, ["small"]))
shop.add(Item("B2", "razor", 2.25, 30, ["sharp", "small"]))
shop.add(Item("A1", "hammer", 12.5, 5))

revenue = 0.0
for sku, n in [("A1", 3), ("B1", 250), ("A2", 5), ("Z9", 1), ("B2", 30)]:
    try:
        revenue += shop.remove(sku, n)
    except OutOfStock as e:
        print("out of stock:", e)
    except KeyError as e:
        print("unknown:", e)
print(f"revenue {revenue:.2f}, {len(shop)} pieces left")

print(f"{'sku':<5}{'name':<10}{'price':>8}{'qty':>6}{'value':>10}")
for item in sorted(shop, key=lambda i: (-i.value, i.name)):
    print(f"{item.sku:<5}{item.name:<10}{item.price:>8.2f}{item.quantity:>6d}{item.value:>10.2f}")
for tag, names in sorted(shop.by_tag().items()):
    print(tag, "->", ", ".join(names))
print(shop["B2"])
print(Item("X", "x", 1.0) == Item("X", "x", 1.0), Item("X", "x", 1.0) == Item("X", "x", 2.0))
try:
    Item("N", "neg", -1)
except ValueError as e:
    print(e)
