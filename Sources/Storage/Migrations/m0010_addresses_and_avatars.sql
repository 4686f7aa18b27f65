-- A deleted account had the address `<id>@deleted.invalid`, which anybody could register before the deletion, so that
-- it failed. Such a row now has a value that is no address.
UPDATE accounts SET email = 'deleted-' || id WHERE deleted_at IS NOT NULL;

-- An account that took such an address gets another one below the same reserved domain, where no mail arrives either:
-- processes of the version before still delete with the old form until they have ended.
UPDATE accounts
SET email = 'reserved-' || gen_random_uuid() || '@deleted.invalid', is_verified = false, updated_at = now()
WHERE deleted_at IS NULL AND lower(email) LIKE '%@deleted.invalid';

-- Names are stored in canonical composition (NFC) from now on, as searches for them are.
UPDATE profiles
SET first_name = normalize(first_name), last_name = normalize(last_name), updated_at = now()
WHERE first_name IS NOT NFC NORMALIZED OR last_name IS NOT NFC NORMALIZED;

-- The address of an avatar at another site; it is shown instead of an upload.
ALTER TABLE profiles ADD COLUMN avatar_url text;
