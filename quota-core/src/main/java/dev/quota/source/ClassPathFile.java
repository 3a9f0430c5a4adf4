package dev.quota.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A file of the class path, which does not change while an application runs. */
final class ClassPathFile implements PolicySource {

  private final String resource;

  ClassPathFile(String resource) {
    this.resource = resource.startsWith("/") ? resource.substring(1) : resource;
  }

  @Override
  public String name() {
    return "class path " + resource;
  }

  @Override
  public PolicyText read() throws IOException {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    ClassLoader loader =
        Objects.requireNonNullElseGet(context, ClassPathFile.class::getClassLoader);
    try (InputStream file = loader.getResourceAsStream(resource)) {
      if (file == null) {
        throw new IOException("there is no such file on the class path");
      }
      return PolicyText.of(resource, file.readNBytes(WatchedFile.MOST_BYTES));
    }
  }

  @Override
  public boolean awaitChange() {
    return false;
  }

  @Override
  public void close() {}
}
