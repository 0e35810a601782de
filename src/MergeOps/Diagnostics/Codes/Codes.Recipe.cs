namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
internal static partial class Codes
{
    /// <summary>MOPS101.</summary>
    public static DiagnosticCode RecipeUnreadable { get; } = new("MOPS101", "The file cannot be read");

    /// <summary>MOPS102.</summary>
    public static DiagnosticCode RecipeNotOpened { get; } = new("MOPS102", "The file cannot be opened", FailureKind.Environment);

    /// <summary>MOPS103.</summary>
    public static DiagnosticCode NotYaml { get; } = new("MOPS103", "The file is not valid YAML");

    /// <summary>MOPS104.</summary>
    public static DiagnosticCode YamlNotUsed { get; } = new("MOPS104", "Unsupported YAML feature");

    /// <summary>MOPS105.</summary>
    public static DiagnosticCode RecipeTooLarge { get; } = new("MOPS105", "The file exceeds a limit");

    /// <summary>MOPS106.</summary>
    public static DiagnosticCode KeyRepeated { get; } = new("MOPS106", "Duplicate key");

    /// <summary>MOPS107.</summary>
    public static DiagnosticCode KeyUnknown { get; } = new("MOPS107", "Unknown key");

    /// <summary>MOPS108.</summary>
    public static DiagnosticCode KeyMisplaced { get; } = new("MOPS108", "Misplaced key");

    /// <summary>MOPS109.</summary>
    public static DiagnosticCode KeyMissing { get; } = new("MOPS109", "Missing key");

    /// <summary>MOPS110.</summary>
    public static DiagnosticCode KeysExclusive { get; } = new("MOPS110", "These keys exclude each other");

    /// <summary>MOPS111.</summary>
    public static DiagnosticCode KeyWithoutEffect { get; } = new("MOPS111", "This key has no effect");

    /// <summary>MOPS112.</summary>
    public static DiagnosticCode ValueMalformed { get; } = new("MOPS112", "Invalid value");

    /// <summary>MOPS113.</summary>
    public static DiagnosticCode ValueOutOfRange { get; } = new("MOPS113", "A value is out of range");

    /// <summary>MOPS114.</summary>
    public static DiagnosticCode MethodUnknown { get; } = new("MOPS114", "Unknown merge method");

    /// <summary>MOPS115.</summary>
    public static DiagnosticCode NameUnknown { get; } = new("MOPS115", "Unknown name");

    /// <summary>MOPS116.</summary>
    public static DiagnosticCode NotSupported { get; } = new("MOPS116", "mergekit feature not supported");

    /// <summary>MOPS117.</summary>
    public static DiagnosticCode ModelReferenceInvalid { get; } = new("MOPS117", "Invalid model name");

    /// <summary>MOPS118.</summary>
    public static DiagnosticCode PathMissing { get; } = new("MOPS118", "A local path does not exist");

    /// <summary>MOPS119.</summary>
    public static DiagnosticCode RevisionFloating { get; } = new("MOPS119", "Floating revision");

    /// <summary>MOPS120.</summary>
    public static DiagnosticCode ModelRepeated { get; } = new("MOPS120", "Duplicate model");

    /// <summary>MOPS121.</summary>
    public static DiagnosticCode ModelCount { get; } = new("MOPS121", "Wrong number of models for this method");

    /// <summary>MOPS122.</summary>
    public static DiagnosticCode BaseModelMissing { get; } = new("MOPS122", "The method needs a base model");

    /// <summary>MOPS123.</summary>
    public static DiagnosticCode BaseModelUnused { get; } = new("MOPS123", "The method does not use a base model");

    /// <summary>MOPS124.</summary>
    public static DiagnosticCode LayerRangeInvalid { get; } = new("MOPS124", "Invalid layer range");

    /// <summary>MOPS125.</summary>
    public static DiagnosticCode ErrorAccepted { get; } = new("MOPS125", "An error cannot be accepted");

    /// <summary>MOPS126.</summary>
    public static DiagnosticCode NothingAccepted { get; } = new("MOPS126", "There is nothing to accept");

    /// <summary>MOPS127.</summary>
    public static DiagnosticCode AcceptedChanged { get; } = new("MOPS127", "What was accepted has changed");

    /// <summary>MOPS130.</summary>
    public static DiagnosticCode ParameterUnknown { get; } = new("MOPS130", "Unknown parameter");

    /// <summary>MOPS131.</summary>
    public static DiagnosticCode ParameterWithoutEffect { get; } = new("MOPS131", "This parameter has no effect");

    /// <summary>MOPS132.</summary>
    public static DiagnosticCode ParameterMissing { get; } = new("MOPS132", "A required parameter is missing");

    /// <summary>MOPS133.</summary>
    public static DiagnosticCode ParametersRefused { get; } = new("MOPS133", "Conflicting parameters");

    /// <summary>MOPS134.</summary>
    public static DiagnosticCode FilterInvalid { get; } = new("MOPS134", "A filter can match no tensor");

    /// <summary>MOPS135.</summary>
    public static DiagnosticCode FilterUnreachable { get; } = new("MOPS135", "A filter is never reached");

    /// <summary>MOPS136.</summary>
    public static DiagnosticCode FilterWithoutFallback { get; } = new("MOPS136", "Tensors may be left without a value");

    /// <summary>MOPS137.</summary>
    public static DiagnosticCode ParametersDoubted { get; } = new("MOPS137", "The weights nearly cancel");

    /// <summary>MOPS138.</summary>
    public static DiagnosticCode ValueUnusual { get; } = new("MOPS138", "A value is unusual");

    /// <summary>MOPS139.</summary>
    public static DiagnosticCode MethodIsAnother { get; } = new("MOPS139", "The method reduces to a simpler one");

    /// <summary>MOPS140.</summary>
    public static DiagnosticCode PolicyRefused { get; } = new("MOPS140", "Not allowed in a recipe");

    /// <summary>MOPS141.</summary>
    public static DiagnosticCode SecretFound { get; } = new("MOPS141", "This looks like a secret");

    /// <summary>MOPS142.</summary>
    public static DiagnosticCode StagesAlike { get; } = new("MOPS142", "The recipes in a file cannot be told apart");

    /// <summary>MOPS143.</summary>
    public static DiagnosticCode StagesInCircle { get; } = new("MOPS143", "The recipes in a file refer to each other in a circle");

    /// <summary>MOPS144.</summary>
    public static DiagnosticCode StageUnknown { get; } = new("MOPS144", "No recipe in this file has this name");

    /// <summary>MOPS145.</summary>
    public static DiagnosticCode ParentMissing { get; } = new("MOPS145", "A file that the recipe extends does not exist");

    /// <summary>MOPS146.</summary>
    public static DiagnosticCode ParentRefused { get; } = new("MOPS146", "A recipe cannot extend this file");

    /// <summary>MOPS147.</summary>
    public static DiagnosticCode VariantsInvalid { get; } = new("MOPS147", "Invalid variants");

    /// <summary>MOPS148.</summary>
    public static DiagnosticCode VariantUnknown { get; } = new("MOPS148", "Unknown variant");

    /// <summary>MOPS149.</summary>
    public static DiagnosticCode VariantValueUnknown { get; } = new("MOPS149", "Unknown value of a variant");

    /// <summary>MOPS150.</summary>
    public static DiagnosticCode VariantValueUnused { get; } = new("MOPS150", "A value of a variant is not used");

    /// <summary>MOPS151.</summary>
    public static DiagnosticCode VariantsEqual { get; } = new("MOPS151", "Two variants make the same model");

    /// <summary>MOPS152.</summary>
    public static DiagnosticCode VariantTargetTaken { get; } = new("MOPS152", "Two variants have one target");

    /// <summary>MOPS155: a parameter is searched and has a value too.</summary>
    public static DiagnosticCode SearchedTwice { get; } = new("MOPS155", "A searched parameter also has a fixed value");

    /// <summary>MOPS156: a range that cannot be searched.</summary>
    public static DiagnosticCode SearchSpaceUnusable { get; } = new("MOPS156", "The search space cannot be used");

    /// <summary>MOPS157: a search names a searcher that does not exist.</summary>
    public static DiagnosticCode SearcherUnknown { get; } = new("MOPS157", "Unknown searcher");

    /// <summary>MOPS158: the searcher cannot search this space, or not with this budget.</summary>
    public static DiagnosticCode SearcherRefuses { get; } = new("MOPS158", "The searcher cannot search this space");

    /// <summary>MOPS159: an objective names nothing that is measured, or has no direction.</summary>
    public static DiagnosticCode ObjectiveUnusable { get; } = new("MOPS159", "The objective cannot be measured");

    /// <summary>MOPS165.</summary>
    public static DiagnosticCode SeriesUnclear { get; } = new("MOPS165", "The names of a series are ambiguous");
}
