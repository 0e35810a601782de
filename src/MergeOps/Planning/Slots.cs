using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Recipes.Resolution;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>A model that takes part in a slice.</summary>
/// <param name="Model">Index into the plan's models.</param>
/// <param name="Metadata">Its headers.</param>
/// <param name="Sources">Its tensors by their names, as the merge sees them.</param>
/// <param name="Range">Its layers in the slice; null takes all.</param>
/// <param name="Entry">The recipe's entry; null for a base that joins without being listed.</param>
/// <param name="IsBase">Whether the method uses it as the base.</param>
internal sealed record Participant(
    int Model, ModelMetadata Metadata, TensorMap<TensorSource> Sources, LayerRange? Range, RecipeInput? Entry, bool IsBase)
{
    /// <summary>The first of its layers in the slice.</summary>
    public int FirstLayer => Range?.Start ?? 0;

    /// <summary>Whether it stores a tensor of this name.</summary>
    public bool Has(string name) => Sources.ContainsKey(name);

    /// <summary>Its input embedding, or null.</summary>
    public TensorSource? Embedding => Metadata.Rules.EmbeddingOf(Sources.Select(source => new NamedShape(source.Key, source.Value.Shape))) is { } name ? Sources[name] : null;

    /// <summary>Whether its output head is its embedding; null where nobody looked. An adapter that changes one of them sets them apart.</summary>
    public bool? HeadIsEmbedding(string head) =>
        Metadata.Adapters.IsEmpty || (Sources.GetValueOrDefault(head) is null or Stored { InPlaceOf: null } && Embedding is null or Stored { InPlaceOf: null }) ? Metadata.HeadIsEmbedding : false;

    /// <summary>Whether its output head is tied to its embedding. A stored head that differs from it was trained apart, whatever the config says.</summary>
    public bool TiesHead(string head) => Has(head)
        ? Metadata.Config?.TiesEmbeddings == true && HeadIsEmbedding(head) != false
        : Metadata.Config?.TiesEmbeddings != false;

    /// <summary>The names under which it stores what may be copies of a tensor.</summary>
    public ImmutableArray<string> CopiesOf(string name) => [.. Metadata.Rules.CopiesOf(name).Where(Has)];

    /// <summary>
    /// What takes the place of a tensor that it does not store: of a head that it ties its embedding, else its only copy; null
    /// where there is none, as for a head that its config calls untied.
    /// </summary>
    public TensorSource? StandInFor(string name) =>
        Metadata.Rules.IsHeadMatrix(name) && Metadata.Config?.TiesEmbeddings != false ? Embedding
        : CopiesOf(name) is [var only] ? Sources[only] : null;
}

/// <summary>A run of output layers with the models that make it; a merge of whole models is one slice.</summary>
/// <param name="Participants">In the recipe's order; a base that joins comes last.</param>
/// <param name="Slice">The recipe's slice, or null for whole models.</param>
/// <param name="Module">The recipe's module.</param>
internal sealed record OutputSlice(ImmutableArray<Participant> Participants, RecipeSlice? Slice, RecipeModule Module)
{
    /// <summary>The model whose tensors shape the output: the base, else the first.</summary>
    public Participant Leader => Participants.FirstOrDefault(participant => participant.IsBase) ?? Participants[0];

    /// <summary>The parameters that apply to one of its inputs; without an input those of the method itself.</summary>
    /// <param name="recipe">The recipe that it is of.</param>
    /// <param name="input">The input.</param>
    public ParameterLevels Levels(Recipe recipe, RecipeInput? input = null) => ParameterLevels.Of(recipe, Module, Slice, input);

    /// <summary>Why its tensors are copied from its only model, whatever the method; null where they are merged.</summary>
    public string? CopiedBecause { get; init; }

    /// <summary>Whether a tensor is a copy of another one in every model that stores it; a model may store its only copy in place of the original.</summary>
    public bool IsStoredTwice(string copy, string original) =>
        Participants.Any(participant => participant.Has(original))
        && Participants.All(participant => participant.Has(original)
            ? !participant.Has(copy) || participant.Metadata.Rules.StatesCopy(copy) || participant.Metadata.EqualCopies.Contains(participant.Sources[copy].Name)
            : participant.CopiesOf(original).Length == 1);
}

/// <summary>
/// What one participant gives to an output tensor. A value, since there may be very many; look for one with <see cref="OutputSlot.InputOf(int)"/>, which
/// tells an absent one.
/// </summary>
/// <param name="Participant">The model.</param>
/// <param name="Name">The tensor's own name there, which filters of per-model parameters see.</param>
/// <param name="Source">What is read: its own tensor, or the embedding that stands in for a tied head.</param>
internal readonly record struct SlotInput(Participant Participant, string Name, TensorSource Source);

/// <summary>A layer of the output.</summary>
/// <param name="Stack">Its stack.</param>
/// <param name="Index">Its place within what its slice takes of each model, from 0.</param>
/// <param name="Number">Its number in the output.</param>
/// <param name="Position">Where gradients are evaluated.</param>
internal sealed record OutputLayer(string Stack, int Index, int Number, double Position)
{
    /// <summary>Whether it predicts tokens further ahead, and so is none that a config counts.</summary>
    public bool IsAhead { get; init; }
}

/// <summary>A place for an output tensor, before parameters, shape and dtype are decided.</summary>
/// <param name="Name">The output name.</param>
/// <param name="Position">Where gradients are evaluated: 0 at the first layer of the slice, 1 at its last.</param>
/// <param name="Slice">The slice it belongs to.</param>
/// <param name="Inputs">In the order of the participants.</param>
/// <param name="IsInLayer">Whether it belongs to a layer.</param>
internal sealed record OutputSlot(
    string Name, double Position, OutputSlice Slice, ImmutableArray<SlotInput> Inputs, bool IsInLayer)
{
    /// <summary>What the base gives; null where it gives nothing.</summary>
    public SlotInput? Base => InputOf(static participant => participant.IsBase);

    /// <summary>What shapes it: the base's part, else the first.</summary>
    public SlotInput Leader => Base ?? Inputs[0];

    /// <summary>What a model gives; null where it gives nothing.</summary>
    /// <param name="model">Index into the plan's models.</param>
    public SlotInput? InputOf(int model)
    {
        foreach (var input in Inputs)
        {
            if (input.Participant.Model == model)
            {
                return input;
            }
        }

        return null;
    }

    /// <summary>What the first model that is meant gives; null where none does.</summary>
    /// <param name="isMeant">Tells which.</param>
    public SlotInput? InputOf(Predicate<Participant> isMeant)
    {
        foreach (var input in Inputs)
        {
            if (isMeant(input.Participant))
            {
                return input;
            }
        }

        return null;
    }

    /// <summary>Whether all that goes into it has this shape.</summary>
    public bool IsAllOf(ImmutableArray<long> shape)
    {
        foreach (var input in Inputs)
        {
            if (!input.Source.Shape.AsSpan().SequenceEqual(shape.AsSpan()))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether all that goes into it has a row for each token.</summary>
    public bool HasTokenRows(ArchitectureRules rules)
    {
        foreach (var input in Inputs)
        {
            if (!rules.HasTokenRows(input.Name, input.Source.Shape))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether its layer predicts tokens further ahead, and so is none that a config counts.</summary>
    public bool IsAhead { get; init; }
}
