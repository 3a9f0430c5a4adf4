package dev.quota.servlet;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/**
 * Writes the headers of a charged response before an include, because an include cannot set
 * headers.
 */
final class ChargedDispatcher implements RequestDispatcher {

  private final RequestDispatcher dispatcher;
  private final ChargedResponse charged;

  ChargedDispatcher(RequestDispatcher dispatcher, ChargedResponse charged) {
    this.dispatcher = dispatcher;
    this.charged = charged;
  }

  @Override
  public void forward(ServletRequest request, ServletResponse response)
      throws ServletException, IOException {
    dispatcher.forward(request, response);
  }

  @Override
  public void include(ServletRequest request, ServletResponse response)
      throws ServletException, IOException {
    charged.begin();
    dispatcher.include(request, response);
  }
}
