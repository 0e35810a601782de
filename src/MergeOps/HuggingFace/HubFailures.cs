using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Http;

namespace MergeOps.HuggingFace;

/// <summary>Turns what went wrong between us and a Hub into one message that says what to do.</summary>
internal sealed class HubFailures(HubSettings settings, TimeProvider clock)
{
    private const string Later = "Try again later; what was already downloaded is kept.";

    private string TokensPage => settings.Below("settings/tokens").AbsoluteUri;

    /// <summary>Whether an answer means that the same request may succeed later.</summary>
    public static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>No request may be made.</summary>
    public static MergeOpsException Offline(HubSubject subject) => new(
        Codes.HubOffline,
        $"HF_HUB_OFFLINE is set, but {subject} must be looked up on the Hub. Unset it, or run once with the network so that the cache has what is needed.");

    /// <summary>The connection could not be made, or no answer came.</summary>
    public MergeOpsException Unreachable(Uri address, HubSubject subject, Exception cause) =>
        Disconnected($"{address.Authority} did not answer for {subject}", address, cause);

    /// <summary>The connection broke or fell silent in the middle of an answer.</summary>
    public MergeOpsException Broken(Uri address, HubSubject subject, Exception cause) =>
        Disconnected($"The connection to {address.Authority} broke during the download of {subject}", address, cause);

    /// <summary>The answer does not follow the protocol.</summary>
    public static MergeOpsException Invalid(HubSubject subject, string why) => new(
        Codes.HubAnswerInvalid, $"{Capital(subject.ToString())}: {why} A proxy or mirror may be in between; check HF_ENDPOINT.");

    /// <summary>An answer that is a failure.</summary>
    /// <param name="response">The answer's status and headers.</param>
    /// <param name="body">The beginning of its body.</param>
    /// <param name="address">Who gave it.</param>
    /// <param name="request">What was asked.</param>
    public MergeOpsException Refused(HttpResponseMessage response, byte[] body, Uri address, HubRequest request)
    {
        var said = Said(response, body);
        var (code, detail) = settings.IsOwn(address) ? Explain(response, said, request) : Elsewhere(response, address, request);
        var quote = said.Length > 0 ? $" (It said: {said})" : "";
        return new MergeOpsException(code, detail + quote);
    }

    private MergeOpsException Disconnected(string what, Uri address, Exception cause)
    {
        var why = (cause is HttpRequestException { InnerException: { } inner } ? inner : cause).Message.TrimEnd('.');
        return new(Codes.HubUnreachable, $"{what}: {SecretText.Quote(why)}. {NetworkAdvice(address)}", innerException: cause);
    }

    private (DiagnosticCode Code, string Detail) Explain(HttpResponseMessage response, string said, HubRequest request)
    {
        var subject = request.Subject;
        var (status, hub) = (response.StatusCode, settings.Endpoint.Authority);
        return Header(response, "X-Error-Code") switch
        {
            "RevisionNotFound" => (Codes.RevisionAbsent,
                $"'{subject.Repository}' has no branch, tag or commit {TerminalText.Quoted(subject.Revision ?? "")}. Check its spelling at {Page(subject)}."),
            "EntryNotFound" => (Codes.RepositoryFileAbsent, $"There is no {subject}."),
            "GatedRepo" => (Codes.RepositoryGated, GatedAdvice(subject)),
            _ when said.Contains("Access to this resource is disabled", StringComparison.Ordinal) => (Codes.RepositoryDisabled,
                $"The Hub has closed '{subject.Repository}'. See {Page(subject)}, or take another model."),
            _ when status == HttpStatusCode.Unauthorized && said.Contains("Invalid credentials", StringComparison.OrdinalIgnoreCase) =>
                (Codes.HubTokenRefused,
                    $"{hub} does not know the token: it was revoked or belongs to another Hub. Make one at {TokensPage} and set HF_TOKEN."),
            "RepoNotFound" => (Codes.RepositoryAbsent, AbsentAdvice(subject)),
            _ => ExplainStatus(response, request),
        };
    }

    private (DiagnosticCode Code, string Detail) ExplainStatus(HttpResponseMessage response, HubRequest request)
    {
        var subject = request.Subject;
        var hub = settings.Endpoint.Authority;
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => subject.Repository is null
                ? (Codes.HubTokenRefused, $"{hub} requires authentication. Set HF_TOKEN.")
                : (Codes.RepositoryAbsent, AbsentAdvice(subject)),
            HttpStatusCode.Forbidden => (Codes.HubRequestRefused, $"{hub} does not allow this for {subject}: {TokenAdvice("it lacks a permission")}"),
            HttpStatusCode.NotFound when subject.File is not null => (Codes.RepositoryFileAbsent, $"There is no {subject}."),
            HttpStatusCode.NotFound => (Codes.RepositoryAbsent, AbsentAdvice(subject)),
            HttpStatusCode.TooManyRequests => (Codes.HubRateLimited, LimitAdvice(response, hub)),
            >= HttpStatusCode.InternalServerError => (Codes.HubFailed,
                $"{hub} answered {Status(response)} for {subject}. {Later}"),
            >= HttpStatusCode.BadRequest => (Codes.HubRequestRefused, $"{hub} answered {Status(response)} for {subject}."),
            _ => (Codes.HubAnswerInvalid, $"{hub} answered {Status(response)} for {subject}, which is not an answer of a Hub. Check HF_ENDPOINT."),
        };
    }

    private static (DiagnosticCode Code, string Detail) Elsewhere(HttpResponseMessage response, Uri address, HubRequest request) =>
        (Codes.HubFailed,
            $"{address.Authority}, where the Hub keeps it, answered {Status(response)} for {request.Subject}. {Later}");

    private string AbsentAdvice(HubSubject subject) => settings.Token is null
        ? $"'{subject.Repository}' does not exist, or is private: without a token, the Hub does not say which. Check the name at {Page(subject)}, or set HF_TOKEN."
        : $"'{subject.Repository}' does not exist, or the token may not read it. Check the name at {Page(subject)} and the token's rights.";

    private string GatedAdvice(HubSubject subject) => settings.Token is null
        ? $"'{subject.Repository}' is open only to people whom its owner has accepted. Ask at {Page(subject)}, then set HF_TOKEN to a token of the accepted account."
        : $"The account of the token has no access to '{subject.Repository}'. Ask for it at {Page(subject)}; "
            + "a fine-grained token also needs the right to read gated repositories.";

    private string TokenAdvice(string lack) => settings.Token is null
        ? "there is no token. Set HF_TOKEN."
        : $"the token is known, but {lack}. See {TokensPage}.";

    private string LimitAdvice(HttpResponseMessage response, string hub)
    {
        var wait = RateLimit.WaitOf(response, clock.GetUtcNow()) is { } known
            ? string.Create(CultureInfo.InvariantCulture, $" for {known.TotalSeconds:F0} s")
            : "";
        return $"{hub} accepts no more requests{wait}. Run again later; what was already downloaded is kept."
            + (settings.Token is null ? " With HF_TOKEN the limit is higher." : "");
    }

    private string NetworkAdvice(Uri address) => settings.IsOwn(address)
        ? "Check the network, the proxy and HF_ENDPOINT. With HF_HUB_OFFLINE=1 only the cache is used."
        : "The Hub keeps its large files there: the network or proxy must allow that host too.";

    private string Page(HubSubject subject) => settings.Below($"{subject.Repository}").AbsoluteUri;

    private static string Said(HttpResponseMessage response, byte[] body)
    {
        string[] parts = [Header(response, "X-Error-Message") ?? "", .. ErrorsIn(body)];
        return SecretText.Quote(string.Join(" ", parts.Where(part => part.Length > 0).Distinct(StringComparer.Ordinal)));
    }

    private static IEnumerable<string> ErrorsIn(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind is JsonValueKind.Object ? [.. Errors(json.RootElement)] : [];
        }
        catch (InvalidOperationException)
        {
            // a text of it holds half of a surrogate pair: the status says enough
            return [];
        }
        catch (JsonException)
        {
            // not JSON: a short plain text is worth showing, a page is not
            var text = Encoding.UTF8.GetString(body).Trim();
            return text.StartsWith('<') ? [] : [text];
        }
    }

    private static IEnumerable<string> Errors(JsonElement answer)
    {
        foreach (var name in new[] { "error", "error_description", "message" })
        {
            if (answer.TryGetProperty(name, out var error))
            {
                foreach (var text in error.ValueKind is JsonValueKind.Array ? [.. error.EnumerateArray()] : new[] { error })
                {
                    yield return text.ToString();
                }
            }
        }

        if (answer.TryGetProperty("errors", out var errors) && errors.ValueKind is JsonValueKind.Array)
        {
            foreach (var error in errors.EnumerateArray())
            {
                yield return error.ValueKind is JsonValueKind.Object && error.TryGetProperty("message", out var message)
                    ? message.ToString()
                    : error.ToString();
            }
        }
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;

    private static string Status(HttpResponseMessage response) => string.Create(CultureInfo.InvariantCulture, $"{(int)response.StatusCode}");

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
