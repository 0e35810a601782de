using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;
using MergeOps.Recipes.Resolution;

namespace MergeOps.Planning;

/// <summary>The parameters of a method, of its models and of what follows it, for one output tensor after the other.</summary>
/// <param name="recipe">The recipe that gives them.</param>
internal sealed class SlotParameters(Recipe recipe)
{
    private readonly MergeMethod method = recipe.MergeMethod.Value;
    private readonly bool hasTokenParameters = recipe.MergeMethod.Value.Parameters.Any(parameter => parameter.OnlyTokenRows);
    private readonly Dictionary<object, KnownParameters> known = new(ReferenceEqualityComparer.Instance);

    /// <summary>Those of the method.</summary>
    public ResolvedParameters OfMethod(OutputSlot slot, DiagnosticBag problems)
    {
        var giver = KnownOf(slot.Slice, slot.Slice, entry: null);
        return giver.Find(IsOfTokens(slot)) ?? giver.Keep(IsOfTokens(slot), WithEffect(
            slot, ParameterResolver.ForMethod(method, giver.Levels, slot.Name, slot.Position, recipe.MergeMethod.Span, problems)));
    }

    /// <summary>Those of a model.</summary>
    public ResolvedParameters OfModel(OutputSlot slot, SlotInput input, DiagnosticBag problems)
    {
        var giver = KnownOf(input.Participant, slot.Slice, input.Participant.Entry);
        return giver.Find(IsOfTokens(slot)) ?? giver.Keep(IsOfTokens(slot), WithEffect(
            slot, ParameterResolver.ForModel(method, giver.Levels, input.Participant.Entry!, input.Name, slot.Position, problems)));
    }

    /// <summary>Those of what changes the merged tensor once more.</summary>
    public ResolvedParameters OfPost(OutputSlot slot, PostSetting post, DiagnosticBag problems) => WithEffect(slot, ParameterResolver.ForPost(post, slot.Name, slot.Position, problems));

    private KnownParameters KnownOf(object giver, OutputSlice slice, RecipeInput? entry)
    {
        if (!known.TryGetValue(giver, out var parameters))
        {
            known[giver] = parameters = new(slice.Levels(recipe, entry));
        }

        return parameters;
    }

    private bool IsOfTokens(OutputSlot slot) => hasTokenParameters && slot.HasTokenRows(recipe.Architecture);

    // what moves no byte belongs to no digest
    private ResolvedParameters WithEffect(OutputSlot slot, ResolvedParameters parameters)
    {
        return parameters.Values.All(HasEffect) ? parameters : new(parameters.Values.Where(HasEffect));

        bool HasEffect(ResolvedValue value) => !value.Parameter.HasNoEffect && (!value.Parameter.OnlyTokenRows || slot.HasTokenRows(recipe.Architecture));
    }
}
