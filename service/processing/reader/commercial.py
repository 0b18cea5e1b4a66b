"""What readers of single categories are given by the one that reads all commercial documents."""

from collections.abc import Callable

from service.domain.category import Category
from service.processing.reader.content import Content
from service.processing.reader.items_builder import ItemBuilder

#: Reads what every commercial document has: number, parties, dates, amounts, taxes.
ReadCommon = Callable[[Content, Category], ItemBuilder]
