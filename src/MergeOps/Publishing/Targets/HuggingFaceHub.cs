using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Upload;
using MergeOps.Publishing.Hub;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Publishing.Targets;

/// <summary>A repository on the Hugging Face Hub.</summary>
internal sealed class HuggingFaceHub : TargetKind
{
    private const string Public = "public";

    /// <inheritdoc/>
    public override string Key => "hub";

    /// <inheritdoc/>
    public override string Form => "OWNER/NAME";

    /// <inheritdoc/>
    protected override Located<string>? PlaceIn(PublishSettings settings) => settings.Hub;

    /// <inheritdoc/>
    protected override PublishTarget At((string Text, SourceSpan? Span) place, string folder, PublishSettings? settings) =>
        RepositoryName.TryParse(place.Text) is { Owner: not null } repository
            ? new Target(new HubDestination(repository)
            {
                Branch = settings?.Branch?.Value ?? HubDestination.MainBranch,
                AsPullRequest = settings?.PullRequest ?? false,
                MakePublic = settings?.Visibility?.Value == Public,
            })
            : throw new MergeOpsException(
                Codes.TargetNotAvailable, $"{TerminalText.Quoted(place.Text)} is no repository of the Hub; one is named OWNER/NAME in letters, digits, '-', '_' and '.'.", place.Span);

    private sealed record Target(HubDestination Destination) : PublishTarget
    {
        public override IPublisher Open(HostEnvironment environment, Action<string> tell) =>
            new HubPublisher(HubSettings.Of(environment), Destination, RunnerIdentity.Of(environment), KnownDigests.Of(environment), environment.Clock, tell);

        public override PublishTarget PreviewOf(int pull) => new Target(Destination with { AsPullRequest = true, MakePublic = false });
    }
}
