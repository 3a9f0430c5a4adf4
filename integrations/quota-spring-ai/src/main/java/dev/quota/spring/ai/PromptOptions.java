package dev.quota.spring.ai;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.util.ReflectionUtils;

/** Reads and changes the options of a prompt. */
final class PromptOptions {

  /** Only in Spring AI 2, whose options are immutable. */
  private static final @Nullable Method MUTATE =
      ReflectionUtils.findMethod(ChatOptions.class, "mutate");

  private PromptOptions() {}

  static Optional<String> model(Prompt prompt) {
    return Optional.ofNullable(prompt.getOptions())
        .map(ChatOptions::getModel)
        .filter(it -> !it.isBlank());
  }

  /** Returns the bound of the answer. Some providers use another name for it. */
  static OptionalLong maxTokens(Prompt prompt) {
    ChatOptions options = prompt.getOptions();
    if (options == null) {
      return OptionalLong.empty();
    }
    Integer most = options.getMaxTokens();
    if (most == null) {
      var bean = PropertyAccessorFactory.forBeanPropertyAccess(options);
      most =
          bean.isReadableProperty("maxCompletionTokens")
                  && bean.getPropertyValue("maxCompletionTokens") instanceof Integer completion
              ? completion
              : null;
    }
    return most == null || most < 0 ? OptionalLong.empty() : OptionalLong.of(most);
  }

  /** Returns the same prompt for another model. */
  static Prompt withModel(Prompt prompt, String model) {
    ChatOptions options = prompt.getOptions();
    ChatOptions changed =
        options == null
            ? ChatOptions.builder().model(model).build()
            : MUTATE == null ? copied(options, model) : mutated(options, model);
    return new Prompt(prompt.getInstructions(), changed);
  }

  private static ChatOptions copied(ChatOptions options, String model) {
    ChatOptions copy = options.copy();
    PropertyAccessorFactory.forBeanPropertyAccess(copy).setPropertyValue("model", model);
    return copy;
  }

  private static ChatOptions mutated(ChatOptions options, String model) {
    try {
      Object builder = Objects.requireNonNull(MUTATE).invoke(options);
      return ((ChatOptions.Builder) builder).model(model).build();
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("the model cannot be changed to " + model, e);
    }
  }
}
