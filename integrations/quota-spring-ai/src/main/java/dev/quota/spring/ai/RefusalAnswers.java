package dev.quota.spring.ai;

import dev.quota.Decision;
import dev.quota.message.QuotaMessages;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;

/** Turns refusals into answers, if the application asks for that. */
final class RefusalAnswers {

  private volatile @Nullable QuotaMessages messages;

  RefusalAnswers(@Nullable QuotaMessages messages) {
    this.messages = messages;
  }

  static boolean isWanted(ChatClientRequest request) {
    return Boolean.TRUE.equals(request.context().get(QuotaAdvisor.REFUSAL_AS_ANSWER));
  }

  /**
   * Makes the answer.
   *
   * @param usual the language if the subject has none
   */
  ChatClientResponse answer(ChatClientRequest request, Decision decision, Locale usual) {
    Locale locale = decision.states().subject().locale().orElse(usual);
    String sentence = words().refusal(decision, locale).detail();
    Generation answer =
        new Generation(
            new AssistantMessage(sentence),
            ChatGenerationMetadata.builder().finishReason(QuotaAdvisor.REFUSED).build());
    return ChatClientResponse.builder()
        .chatResponse(ChatResponse.builder().generations(List.of(answer)).build())
        .context(request.context())
        .context(QuotaAdvisor.REFUSAL_AS_ANSWER, decision)
        .build();
  }

  /**
   * Created at the first use, because reading the catalogues takes some time and few applications
   * need them.
   */
  private QuotaMessages words() {
    QuotaMessages words = messages;
    if (words == null) {
      words = QuotaMessages.create();
      messages = words;
    }
    return words;
  }
}
