"""OneVisit (最多跑一次): a city's government services, defined once, compiled, run and measured."""
