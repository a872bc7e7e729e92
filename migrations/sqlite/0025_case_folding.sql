-- Texts are compared by full case folding: "Straße" and "STRASSE" are one tag. Databases have no functions for it, so what
-- was stored in lower case is folded by the program after this migration, in its transaction (store/src/folding.rs).

SELECT 1;
