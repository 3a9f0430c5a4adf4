package dev.quota.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** An answer of the chat as plain text. If it ends early, its last line says so. */
final class StreamedAnswer implements WordStream.Writer {

  private final String language;

  StreamedAnswer(String language) {
    this.language = language;
  }

  @Override
  public Optional<Ending> word(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    return Optional.empty();
  }

  @Override
  public void last(OutputStream out, Ending ending) throws IOException {
    if (ending != Ending.DONE) {
      out.write(("\n\n" + ending.words(language)).getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public void left() {
    // The message was charged when it was sent.
  }
}
