namespace Cake.MergeOps;

/// <summary>A model that differs on the Hub from what a recipe's lock says.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Model">The model as the recipe names it.</param>
/// <param name="Kind">What moved: <c>new-commits</c>, <c>renamed</c>, <c>gone</c>, <c>disabled</c>, <c>gated</c> or <c>license</c>.</param>
/// <param name="Locked">What the lock says.</param>
/// <param name="Now">What the Hub says.</param>
public sealed record MergeOpsDriftedModel(string Recipe, string Model, string Kind, string Locked, string Now);

/// <summary>The JSON of the verb.</summary>
internal sealed record DriftResult(IReadOnlyList<MergeOpsDriftedModel> Drift);
