using Microsoft.AspNetCore.Http;

namespace MergeOps.TestHub.Faults;

/// <summary>A way to misbehave: stands before the right answer and may change the request, the answer, or keep it back.</summary>
/// <param name="context">The exchange.</param>
/// <param name="answer">Gives the right answer.</param>
internal delegate Task Fault(HttpContext context, Func<Task> answer);
