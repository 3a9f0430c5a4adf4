package dev.quota.spring.ai;

import dev.quota.models.TokenEstimator;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.MediaContent;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;

/** Estimates the tokens of a prompt with everything that is sent with it. */
final class PromptTokens {

  /** The tokens around a message: its role and its separators. */
  private static final int AROUND_A_MESSAGE = 4;

  /** The approximate tokens of an image of usual size. */
  private static final int OF_A_MEDIUM = 1_000;

  private final TokenEstimator estimator;

  PromptTokens(TokenEstimator estimator) {
    this.estimator = estimator;
  }

  long of(Prompt prompt) {
    long tokens = 0;
    for (Message message : prompt.getInstructions()) {
      tokens += AROUND_A_MESSAGE + of(message);
    }
    if (prompt.getOptions() instanceof ToolCallingChatOptions options
        && options.getToolCallbacks() != null) {
      for (ToolCallback tool : options.getToolCallbacks()) {
        var definition = tool.getToolDefinition();
        tokens +=
            AROUND_A_MESSAGE
                + of(definition.name())
                + of(definition.description())
                + of(definition.inputSchema());
      }
    }
    return tokens;
  }

  private long of(Message message) {
    long tokens = of(message.getText());
    if (message instanceof ToolResponseMessage results) {
      for (ToolResponseMessage.ToolResponse result : results.getResponses()) {
        tokens += of(result.responseData());
      }
    }
    if (message instanceof AssistantMessage answer) {
      for (AssistantMessage.ToolCall call : answer.getToolCalls()) {
        tokens += of(call.name()) + of(call.arguments());
      }
    }
    if (message instanceof MediaContent media) {
      tokens += (long) OF_A_MEDIUM * media.getMedia().size();
    }
    return tokens;
  }

  private long of(@Nullable String text) {
    return text == null || text.isEmpty() ? 0 : estimator.tokens(text);
  }
}
