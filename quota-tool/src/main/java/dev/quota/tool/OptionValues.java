package dev.quota.tool;

import java.nio.charset.Charset;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the values of options, and says what is allowed where one is malformed. */
final class OptionValues {

  private OptionValues() {}

  /** Lets a command read its options by this class. Returns the command. */
  static CommandLine readBy(CommandLine command) {
    String number = "a whole number, such as 100";
    return command
        .registerConverter(Integer.class, converter(number, Integer::valueOf))
        .registerConverter(Integer.TYPE, converter(number, Integer::valueOf))
        .registerConverter(Long.class, converter(number, Long::valueOf))
        .registerConverter(Long.TYPE, converter(number, Long::valueOf))
        .registerConverter(
            ZoneId.class, converter("a time zone, such as Europe/Berlin", ZoneId::of))
        .registerConverter(
            LocalDate.class, converter("a date, such as 2026-03-01", LocalDate::parse))
        .registerConverter(
            Charset.class, converter("an encoding, such as UTF-8", Charset::forName));
  }

  private static <T> ITypeConverter<T> converter(String allowed, Function<String, T> reader) {
    return text -> {
      try {
        return reader.apply(text);
      } catch (RuntimeException e) {
        throw new TypeConversionException("must be " + allowed + ", was '" + text + "'");
      }
    };
  }
}
