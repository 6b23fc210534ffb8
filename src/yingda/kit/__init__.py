"""Tools that know nothing of call centres: database, context, events, jobs, HTTP, clocks, logs.

Nothing here imports another package of the project. Import the module that you need
(``from yingda.kit.context import Ctx``); there is no shared face to grow.
"""
