package dev.quota.demo;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The newest pictures, for requests that are sent again. Thread-safe. */
final class StoredPictures {

  private static final int MOST = 100;

  private final Map<String, byte[]> byId =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
          return size() > MOST;
        }
      };

  /** Keeps a picture under the id of its request. The id belongs to one subject. */
  synchronized void put(String id, byte[] picture) {
    byId.put(id, picture);
  }

  synchronized Optional<byte[]> get(String id) {
    return Optional.ofNullable(byId.get(id));
  }
}
