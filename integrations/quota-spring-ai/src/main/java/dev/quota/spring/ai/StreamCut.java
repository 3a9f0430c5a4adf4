package dev.quota.spring.ai;

import dev.quota.models.ModelCall;
import java.util.List;
import java.util.Optional;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import reactor.core.publisher.Flux;

/**
 * Records whether one stream was cut by its quota. Not thread-safe: the signals of a stream come
 * one after the other.
 */
final class StreamCut {

  private boolean isCut;

  boolean isAfter(boolean mayGoOn) {
    isCut |= !mayGoOn;
    return isCut;
  }

  /** Returns the chunk that follows a stream that was cut and says so. */
  Flux<ChatClientResponse> last(ModelCall call) {
    if (!isCut) {
      return Flux.empty();
    }
    var unused = call.cancel();
    return Flux.just(
        ChatClientResponse.builder()
            .chatResponse(
                ChatResponse.builder()
                    .generations(
                        List.of(
                            new Generation(
                                new AssistantMessage(""),
                                ChatGenerationMetadata.builder()
                                    .finishReason(QuotaAdvisor.CUT)
                                    .build())))
                    .build())
            .context(QuotaAdvisor.CALL, call)
            .build());
  }

  void endRound(ModelCall call) {
    if (!isCut) {
      call.endRound(Optional.empty());
    }
  }
}
