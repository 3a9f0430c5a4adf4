package dev.quota.spring;

import dev.quota.Quota;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Each way in which a handler of Spring MVC can end. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({
  UnusualControllersTest.Open.class,
  MvcEndingsApplication.Endings.class,
  MvcEndingsApplication.Advice.class
})
class MvcEndingsApplication {

  /** Streams that wait go on when this is open. */
  static volatile CountDownLatch goOn = new CountDownLatch(0);

  static final class BlamesTheClientException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  static final class BlamesTheServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @RestControllerAdvice
  static class Advice {
    @ExceptionHandler
    ResponseEntity<String> on(BlamesTheClientException e) {
      return ResponseEntity.status(422).body("wrong");
    }

    @ExceptionHandler
    ProblemDetail on(BlamesTheServerException e) {
      return ProblemDetail.forStatus(HttpStatus.SERVICE_UNAVAILABLE);
    }
  }

  @RestController
  @Quota("chat")
  static class Endings {

    @GetMapping("/plain")
    String plain() {
      return "plain";
    }

    @GetMapping("/path/{id}")
    String path(@PathVariable("id") String id) {
      return id;
    }

    @GetMapping("/number")
    String number(@RequestParam("n") int n) {
      return String.valueOf(n);
    }

    @GetMapping("/advice-client")
    String adviceClient() {
      throw new BlamesTheClientException();
    }

    @GetMapping("/advice-server")
    String adviceServer() {
      throw new BlamesTheServerException();
    }

    @GetMapping("/status-502")
    String status502() {
      throw new ResponseStatusException(HttpStatus.BAD_GATEWAY);
    }

    @GetMapping("/status-404")
    String status404() {
      throw new ResponseStatusException(HttpStatus.NOT_FOUND);
    }

    @GetMapping("/problem")
    ProblemDetail problem() {
      return ProblemDetail.forStatus(HttpStatus.INTERNAL_SERVER_ERROR);
    }

    @GetMapping("/send-error")
    void sendError(HttpServletResponse response) throws IOException {
      response.sendError(503);
    }

    @GetMapping("/task")
    WebAsyncTask<String> task() {
      return new WebAsyncTask<>(() -> "task");
    }

    @GetMapping("/task-fails")
    WebAsyncTask<String> taskFails() {
      return new WebAsyncTask<>(
          () -> {
            throw new BlamesTheServerException();
          });
    }

    @GetMapping("/deferred-late")
    DeferredResult<String> deferredLate() {
      return new DeferredResult<>(50L);
    }

    @GetMapping("/deferred-late-answered")
    DeferredResult<String> deferredLateAnswered() {
      return new DeferredResult<>(50L, "late");
    }

    @GetMapping("/future-client")
    CompletableFuture<String> futureClient() {
      return CompletableFuture.failedFuture(new BlamesTheClientException());
    }

    @GetMapping("/future-server")
    CompletableFuture<String> futureServer() {
      return CompletableFuture.failedFuture(new BlamesTheServerException());
    }

    @GetMapping("/emitter")
    ResponseBodyEmitter emitter() {
      return sending(new ResponseBodyEmitter());
    }

    @GetMapping("/emitter-fails")
    ResponseBodyEmitter emitterFails() {
      ResponseBodyEmitter emitter = new ResponseBodyEmitter();
      emitter.completeWithError(new BlamesTheServerException());
      return emitter;
    }

    @GetMapping("/emitter-breaks")
    SseEmitter emitterBreaks() {
      SseEmitter emitter = new SseEmitter();
      CompletableFuture<Void> unused =
          CompletableFuture.runAsync(
              () -> {
                send(emitter);
                emitter.completeWithError(new IllegalStateException("broken"));
              });
      return emitter;
    }

    @GetMapping("/stream-throws")
    StreamingResponseBody streamThrows() {
      return out -> {
        throw new IllegalStateException("broken");
      };
    }

    @GetMapping("/stream-breaks")
    StreamingResponseBody streamBreaks() {
      return out -> {
        out.write(new byte[100_000]);
        out.flush();
        throw new IllegalStateException("broken");
      };
    }

    @GetMapping("/stream-503")
    ResponseEntity<StreamingResponseBody> stream503() {
      return ResponseEntity.status(503).body(out -> out.write('x'));
    }

    private static <T extends ResponseBodyEmitter> T sending(T emitter) {
      CompletableFuture<Void> unused =
          CompletableFuture.runAsync(
              () -> {
                send(emitter);
                try {
                  goOn.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                send(emitter);
                emitter.complete();
              });
      return emitter;
    }

    private static void send(ResponseBodyEmitter emitter) {
      try {
        emitter.send("sent");
      } catch (IOException e) {
        emitter.completeWithError(e);
      }
    }
  }

  /** The context of a second DispatcherServlet. */
  @EnableWebMvc
  @Import(Second.Chat.class)
  static class Second {
    @RestController
    static class Chat {
      @Quota("chat")
      @GetMapping("/chat")
      String chat() {
        return "second";
      }
    }
  }

  @Bean
  ServletRegistrationBean<DispatcherServlet> second() {
    AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext();
    context.register(Second.class);
    ServletRegistrationBean<DispatcherServlet> second =
        new ServletRegistrationBean<>(new DispatcherServlet(context), "/second/*");
    second.setName("second");
    return second;
  }

  /** A servlet that puts the answer of a handler into its own. */
  static final class Including extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      response.getOutputStream().print("[");
      request.getRequestDispatcher(request.getParameter("path")).include(request, response);
      response.getOutputStream().print("]");
    }
  }

  @Bean
  ServletRegistrationBean<Including> including() {
    return new ServletRegistrationBean<>(new Including(), "/including");
  }
}
