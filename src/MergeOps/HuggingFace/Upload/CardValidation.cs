using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;

namespace MergeOps.HuggingFace.Upload;

/// <summary>Lets the Hub look at a model card before the commit that would fail by it.</summary>
internal static class CardValidation
{
    // servers for companies often lack this
    private static readonly ImmutableArray<HttpStatusCode> Answers =
        [HttpStatusCode.BadRequest, HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotImplemented];

    /// <summary>Asks.</summary>
    /// <exception cref="MergeOpsException">The Hub would refuse the card, or cannot be asked.</exception>
    public static async Task RequireAsync(HubClient client, RepositoryName repository, UploadFile card, CancellationToken cancellation)
    {
        var body = new JsonObject { ["content"] = Encoding.UTF8.GetString(card.Bytes.Span), ["repoType"] = "model" };
        var request = JsonRequest.Post("api/validate-yaml", body, new HubSubject(repository, File: card.Path)) with { MayRepeat = true, Accepted = Answers };
        var (status, answer) = await new HubJson(client).AskAsync(request, cancellation);
        if (status is not (HttpStatusCode.OK or HttpStatusCode.BadRequest))
        {
            return;
        }

        var errors = HubJson.List(answer, "errors").Select(error => HubJson.OptionalText(error, "message") ?? error.ToString()).ToList();
        if (errors.Count > 0 || status == HttpStatusCode.BadRequest)
        {
            throw new MergeOpsException(
                Codes.CardRefused, $"It says of the card: {SecretText.Quote(string.Join("; ", errors.DefaultIfEmpty("nothing more")))}. The card is made of the recipe and the parents' cards.");
        }
    }
}
