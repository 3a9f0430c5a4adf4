package dev.quota.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs commands as a shell does. */
final class Commands {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Commands() {}

  record Result(int code, String out, String err) {

    JsonNode json() throws IOException {
      return JSON.readTree(out);
    }
  }

  static Result run(Object... arguments) {
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = QuotaCommand.run(new PrintWriter(out), new PrintWriter(err), texts);
    return new Result(code, out.toString(), err.toString());
  }
}
