namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
internal static partial class Codes
{
    /// <summary>MOPS401.</summary>
    public static DiagnosticCode NotImplemented { get; } = new("MOPS401", "Not supported by this version");

    /// <summary>MOPS402.</summary>
    public static DiagnosticCode DepthsDiffer { get; } = new("MOPS402", "The models have different numbers of layers");

    /// <summary>MOPS403.</summary>
    public static DiagnosticCode RangeBeyondDepth { get; } = new("MOPS403", "A layer range goes beyond the model");

    /// <summary>MOPS404.</summary>
    public static DiagnosticCode TensorMissing { get; } = new("MOPS404", "A model lacks a tensor");

    /// <summary>MOPS405.</summary>
    public static DiagnosticCode ShapesDiffer { get; } = new("MOPS405", "A tensor has different shapes");

    /// <summary>MOPS406.</summary>
    public static DiagnosticCode CombinationRefused { get; } = new("MOPS406", "Invalid combination of parameters");

    /// <summary>MOPS407.</summary>
    public static DiagnosticCode NothingToMerge { get; } = new("MOPS407", "Nothing to merge");

    /// <summary>MOPS408.</summary>
    public static DiagnosticCode EarlierPlanUnreadable { get; } = new("MOPS408", "The earlier plan cannot be read");

    /// <summary>MOPS409.</summary>
    public static DiagnosticCode NoSuchTensor { get; } = new("MOPS409", "No such tensor in the merge");

    /// <summary>MOPS410.</summary>
    public static DiagnosticCode LicensesContradict { get; } = new("MOPS410", "Conflicting licenses");

    /// <summary>MOPS411.</summary>
    public static DiagnosticCode FilterWithoutTensor { get; } = new("MOPS411", "A filter matches no tensor");

    /// <summary>MOPS420.</summary>
    public static DiagnosticCode LayerRuleKept { get; } = new("MOPS420", "The config cannot describe the new order of layers");

    /// <summary>MOPS421.</summary>
    public static DiagnosticCode WeightsLost { get; } = new("MOPS421", "Weights of a model are not in the output");

    /// <summary>MOPS422.</summary>
    public static DiagnosticCode ModelQuantized { get; } = new("MOPS422", "A model is quantized");

    /// <summary>MOPS423.</summary>
    public static DiagnosticCode QuantizationDropped { get; } = new("MOPS423", "A config describes a quantization that the tensors do not have");

    /// <summary>MOPS424.</summary>
    public static DiagnosticCode ConfigsDiffer { get; } = new("MOPS424", "Conflicting model configs");

    /// <summary>MOPS425.</summary>
    public static DiagnosticCode ArchitecturesDiffer { get; } = new("MOPS425", "The models have different architectures");

    /// <summary>MOPS426.</summary>
    public static DiagnosticCode HeadUntied { get; } = new("MOPS426", "An output head was trained separately from the embedding");

    /// <summary>MOPS427.</summary>
    public static DiagnosticCode CopiesDiffer { get; } = new("MOPS427", "A copied tensor differs between the models");

    /// <summary>MOPS428.</summary>
    public static DiagnosticCode LabelsDiffer { get; } = new("MOPS428", "The models number their labels differently");

    /// <summary>MOPS429.</summary>
    public static DiagnosticCode ModuleWithoutTensor { get; } = new("MOPS429", "A module has no tensors");

    /// <summary>MOPS430.</summary>
    public static DiagnosticCode FilterTakesMore { get; } = new("MOPS430", "A filter matches more than it seems to");

    /// <summary>MOPS431.</summary>
    public static DiagnosticCode LayersUnused { get; } = new("MOPS431", "Layers are left out");

    /// <summary>MOPS432.</summary>
    public static DiagnosticCode TensorsDoubted { get; } = new("MOPS432", "Weights nearly cancel in some tensors");

    /// <summary>MOPS433.</summary>
    public static DiagnosticCode MinorDifference { get; } = new("MOPS433", "The models differ where it changes nothing");

    /// <summary>MOPS434.</summary>
    public static DiagnosticCode LeftOutKnowingly { get; } = new("MOPS434", "Tensors that the output does not need are left out");

    /// <summary>MOPS435.</summary>
    public static DiagnosticCode AheadLayersMissing { get; } = new("MOPS435", "A model lacks the layers that predict tokens further ahead");

    /// <summary>MOPS440.</summary>
    public static DiagnosticCode FilesStayBehind { get; } = new("MOPS440", "Files beside the weights are not part of the merged model");

    /// <summary>MOPS441.</summary>
    public static DiagnosticCode CompanionsDiffer { get; } = new("MOPS441", "Companion files differ between the models");

    /// <summary>MOPS442.</summary>
    public static DiagnosticCode RemoteCodeTravels { get; } = new("MOPS442", "The merged model contains custom code from its parent");

    /// <summary>MOPS443.</summary>
    public static DiagnosticCode RemoteCodeElsewhere { get; } = new("MOPS443", "The merged model needs custom code that it does not contain");

    /// <summary>MOPS444.</summary>
    public static DiagnosticCode SubModuleLost { get; } = new("MOPS444", "A module with weights of its own would be lost");

    /// <summary>MOPS445.</summary>
    public static DiagnosticCode WeightsUnread { get; } = new("MOPS445", "A model has weights that are not read");

    /// <summary>MOPS446.</summary>
    public static DiagnosticCode OverrideWithoutTensor { get; } = new("MOPS446", "An architecture override matches no tensor");

    /// <summary>MOPS447.</summary>
    public static DiagnosticCode OverrideContradicts { get; } = new("MOPS447", "Contradicting architecture overrides");

    /// <summary>MOPS448.</summary>
    public static DiagnosticCode ExpertsRearranged { get; } = new("MOPS448", "Experts are stored in a different layout");

    /// <summary>MOPS449.</summary>
    public static DiagnosticCode RestCopied { get; } = new("MOPS449", "Tensors in no module are copied");

    /// <summary>MOPS450.</summary>
    public static DiagnosticCode TokensRenamed { get; } = new("MOPS450", "Some token ids stand for different tokens");

    /// <summary>MOPS451.</summary>
    public static DiagnosticCode VocabularyExtended { get; } = new("MOPS451", "One vocabulary has tokens that another lacks");

    /// <summary>MOPS452.</summary>
    public static DiagnosticCode VocabulariesMismatch { get; } = new("MOPS452", "The models' vocabularies do not match");

    /// <summary>MOPS453.</summary>
    public static DiagnosticCode TextsSplitDifferently { get; } = new("MOPS453", "Tokenizers with the same vocabulary split text differently");

    /// <summary>MOPS454.</summary>
    public static DiagnosticCode VocabulariesNotCompared { get; } = new("MOPS454", "Vocabularies could not be compared");

    /// <summary>MOPS455.</summary>
    public static DiagnosticCode RowsMissing { get; } = new("MOPS455", "Some tokens have no row in the embedding");

    /// <summary>MOPS457.</summary>
    public static DiagnosticCode WeightsDequantized { get; } = new("MOPS457", "Weights are dequantized while they are read");

    /// <summary>MOPS464.</summary>
    public static DiagnosticCode LeftOutOfFewBits { get; } = new("MOPS464", "Tensors that only quantized arithmetic uses are left out");

    /// <summary>MOPS465.</summary>
    public static DiagnosticCode LoraOutputRefused { get; } = new("MOPS465", "The output cannot be an adapter");

    /// <summary>MOPS466.</summary>
    public static DiagnosticCode LoraModuleUnknown { get; } = new("MOPS466", "No module of the base has this name");

    /// <summary>MOPS467.</summary>
    public static DiagnosticCode LoraLeavesOut { get; } = new("MOPS467", "The adapter does not hold everything that may change");

    /// <summary>MOPS468.</summary>
    public static DiagnosticCode LoraChangesLost { get; } = new("MOPS468", "Changes are lost that the adapter does not hold");

    /// <summary>MOPS469.</summary>
    public static DiagnosticCode LoraError { get; } = new("MOPS469", "How much of the change the adapter captures");

    /// <summary>MOPS456.</summary>
    public static DiagnosticCode EmbeddingAndHeadDiffer { get; } = new("MOPS456", "The embedding and the output head have different numbers of rows");

    /// <summary>MOPS462.</summary>
    public static DiagnosticCode CheckpointsUneven { get; } = new("MOPS462", "The checkpoints are not evenly spaced in training");

    /// <summary>MOPS458.</summary>
    public static DiagnosticCode TokenizerNotMade { get; } = new("MOPS458", "The tokenizer that the recipe asks for cannot be made");

    /// <summary>MOPS459.</summary>
    public static DiagnosticCode OrdinaryTokensAdded { get; } = new("MOPS459", "Ordinary tokens become added tokens");

    /// <summary>MOPS460.</summary>
    public static DiagnosticCode TokensWithoutRow { get; } = new("MOPS460", "No model has a row for some tokens");

    /// <summary>MOPS461.</summary>
    public static DiagnosticCode TokenSourceMissing { get; } = new("MOPS461", "The row that a token should get does not exist");

    /// <summary>A chat template writes marks that the output's tokenizer has no tokens for.</summary>
    public static DiagnosticCode TemplateMarkersMissing { get; } = new("MOPS463", "Markers of the chat template are not tokens");

    /// <summary>MOPS470.</summary>
    public static DiagnosticCode ComponentsDiffer { get; } = new("MOPS470", "The components of the models do not fit together");

    /// <summary>MOPS471.</summary>
    public static DiagnosticCode ComponentVocabulariesDiffer { get; } = new("MOPS471", "Components number their tokens differently");

    /// <summary>MOPS472.</summary>
    public static DiagnosticCode VariantUnread { get; } = new("MOPS472", "Other forms of a component's weights are not read");

    /// <summary>MOPS474.</summary>
    public static DiagnosticCode ComponentSettingsDiffer { get; } = new("MOPS474", "Settings of a component differ");

    /// <summary>MOPS475.</summary>
    public static DiagnosticCode StageUnused { get; } = new("MOPS475", "A recipe in the file is not used");

    /// <summary>MOPS476.</summary>
    public static DiagnosticCode StageHidesFolder { get; } = new("MOPS476", "A recipe in the file has the name of a local model");

    /// <summary>MOPS477.</summary>
    public static DiagnosticCode KeyOfOutput { get; } = new("MOPS477", "This key belongs in the recipe of the output");

    /// <summary>MOPS478.</summary>
    public static DiagnosticCode MixtureWithoutLayout { get; } = new("MOPS478", "No layout holds this mixture of experts");

    /// <summary>MOPS479.</summary>
    public static DiagnosticCode MixturePromptsUnread { get; } = new("MOPS479", "The prompts of a mixture cannot be read");

    /// <summary>MOPS480.</summary>
    public static DiagnosticCode MixtureOfOne { get; } = new("MOPS480", "All experts of a mixture are the same model");
}
