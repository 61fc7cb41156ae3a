"""Archive: the record of a whole consultation, sealed, served and open to be verified."""
