package dev.quota.build;

import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles Java that stands on a page, with the class path of the tests. */
public final class JavaExample {

  private JavaExample() {}

  /**
   * Compiles one file.
   *
   * @param source the file, with its imports
   * @param output the folder for the classes
   * @return what the compiler says; empty if it compiles
   */
  public static String errors(String source, Path output) {
    StringWriter messages = new StringWriter();
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    List<String> options =
        List.of(
            "--release",
            "17",
            "-proc:none",
            "-nowarn",
            "-d",
            output.toString(),
            "-cp",
            System.getProperty("java.class.path"));
    boolean compiled =
        ToolProvider.getSystemJavaCompiler()
            .getTask(messages, null, null, options, null, List.of(file))
            .call();
    return compiled ? "" : messages.toString();
  }
}
