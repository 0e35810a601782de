using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Upload;
using MergeOps.Publishing.Hub;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;
using MergeOps.Tensors;

namespace MergeOps.Publishing.Targets;

/// <summary>A repository on the Hugging Face Hub.</summary>
internal sealed class HuggingFaceHub : TargetKind
{
    private const string Public = "public";

    private static readonly KeyDeclaration Visibility = new(
        "visibility", new NameShape(["private", Public]), Affects.Approval, "who sees the Hub repository; private when not given; with public it becomes public once the version is complete");

    private static readonly KeyDeclaration Branch = new("branch", new TextShape(), Affects.Approval, $"the Hub repository's branch; {HubDestination.MainBranch} when not given");
    private static readonly KeyDeclaration AsPullRequest = new("pull_request", new FlagShape(), Affects.Approval, "propose the version in a pull request on the Hub");

    /// <inheritdoc/>
    public override KeyDeclaration Key { get; } = new("hub", new TextShape { Objection = Lacks }, Affects.Approval, "a Hub repository owner/name");

    /// <inheritdoc/>
    public override ImmutableArray<KeyDeclaration> Keys => [Key, Visibility, Branch, AsPullRequest];

    /// <inheritdoc/>
    public override string Form => "OWNER/NAME";

    /// <inheritdoc/>
    protected override string? ObjectionTo(string place) => Lacks(place);

    /// <inheritdoc/>
    public override string Identity(string place, string folder) => place.ToUpperInvariant();

    /// <inheritdoc/>
    protected override PublishTarget At(string place, string folder, KeyValues values) => new Target(new HubDestination(Named(place)!)
    {
        Branch = values.Text(Branch) ?? HubDestination.MainBranch,
        AsPullRequest = values.Flag(AsPullRequest),
        MakePublic = values.Text(Visibility) == Public,
    });

    private static string? Lacks(string place) => Named(place) is not null
        ? null
        : $"{TerminalText.Quoted(place)} is not a repository on the Hub. {Advice(place)}";

    private static string Advice(string place) =>
        Uri.TryCreate(place, UriKind.Absolute, out var page) && Named(page.AbsolutePath.Trim('/')) is { } shown ? $"Write '{shown}'."
        : place.Split('@') is [var name, _] && Named(name) is { } plain ? $"Write '{plain}', and name the branch under '{Branch.Name}'."
        : "Names have the form OWNER/NAME, with letters, digits, '-', '_' and '.'.";

    private static RepositoryName? Named(string place) => RepositoryName.TryParse(place) is { Owner: not null } named ? named : null;

    private sealed record Target(HubDestination Destination) : PublishTarget
    {
        public override string Identity => $"hub:{Destination.Repository.ToString().ToUpperInvariant()}";

        public override IPublisher Open(HostEnvironment environment, Action<string> tell) =>
            new HubPublisher(HubSettings.Of(environment), Destination, RunnerIdentity.Of(environment), KnownDigests.Of(environment), environment.Clock, tell);

        public override IDerivedPublisher OpenDerived(HostEnvironment environment, Action<string> tell) =>
            new DerivedRepository(HubSettings.Of(environment), Destination, RunnerIdentity.Of(environment), environment.Clock, tell);

        public override string Repository => Destination.Repository.ToString();

        public override IPublicationBranch Branch(HostEnvironment environment, string planDigest, Action<string> tell) =>
            new HubBranch(HubSettings.Of(environment), Destination, RunnerIdentity.Of(environment), environment.Clock, tell, planDigest);

        public override PublishTarget PreviewOf(int pull) => new Target(Destination with { AsPullRequest = true, MakePublic = false });
    }
}
