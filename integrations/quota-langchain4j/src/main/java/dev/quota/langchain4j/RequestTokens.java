package dev.quota.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.quota.models.TokenEstimator;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Estimates the tokens of a request with everything that is sent with it. */
final class RequestTokens {

  /** The tokens around a message: its role and its separators. */
  private static final int AROUND_A_MESSAGE = 4;

  /** The approximate tokens of an image of usual size. */
  private static final int OF_A_MEDIUM = 1_000;

  /** OpenAI's parameters use another name for the bound. */
  private static final ClassValue<Optional<Method>> MAX_COMPLETION =
      new ClassValue<>() {
        @Override
        protected Optional<Method> computeValue(Class<?> type) {
          try {
            return Optional.of(type.getMethod("maxCompletionTokens"));
          } catch (NoSuchMethodException e) {
            return Optional.empty();
          }
        }
      };

  private RequestTokens() {}

  static long of(ChatRequest request, TokenEstimator estimator) {
    long tokens = 0;
    for (ChatMessage message : request.messages()) {
      tokens += AROUND_A_MESSAGE + of(message, estimator);
    }
    List<ToolSpecification> tools = request.toolSpecifications();
    if (tools != null) {
      for (ToolSpecification tool : tools) {
        tokens +=
            AROUND_A_MESSAGE
                + of(tool.name(), estimator)
                + of(tool.description(), estimator)
                + of(String.valueOf(tool.parameters()), estimator);
      }
    }
    return tokens;
  }

  private static long of(ChatMessage message, TokenEstimator estimator) {
    if (message instanceof SystemMessage system) {
      return of(system.text(), estimator);
    }
    if (message instanceof UserMessage user) {
      return of(user.contents(), estimator);
    }
    if (message instanceof ToolExecutionResultMessage result) {
      return of(result.text(), estimator);
    }
    if (message instanceof AiMessage answer) {
      long tokens = of(answer.text(), estimator);
      for (ToolExecutionRequest call : answer.toolExecutionRequests()) {
        tokens += of(call.name(), estimator) + of(call.arguments(), estimator);
      }
      return tokens;
    }
    return of(message.toString(), estimator);
  }

  private static long of(List<Content> contents, TokenEstimator estimator) {
    long tokens = 0;
    for (Content content : contents) {
      tokens += content instanceof TextContent text ? of(text.text(), estimator) : OF_A_MEDIUM;
    }
    return tokens;
  }

  private static long of(@Nullable String text, TokenEstimator estimator) {
    return text == null || text.isEmpty() ? 0 : estimator.tokens(text);
  }

  /** Returns the bound of the answer. */
  static OptionalLong maxOutput(ChatRequestParameters asked, ChatRequestParameters defaults) {
    for (ChatRequestParameters parameters : List.of(asked, defaults)) {
      Integer most = parameters.maxOutputTokens();
      if (most == null) {
        most = maxCompletion(parameters);
      }
      if (most != null && most >= 0) {
        return OptionalLong.of(most);
      }
    }
    return OptionalLong.empty();
  }

  private static @Nullable Integer maxCompletion(ChatRequestParameters parameters) {
    Optional<Method> accessor = MAX_COMPLETION.get(parameters.getClass());
    if (accessor.isEmpty()) {
      return null;
    }
    try {
      return accessor.get().invoke(parameters) instanceof Integer most ? most : null;
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(e);
    }
  }
}
