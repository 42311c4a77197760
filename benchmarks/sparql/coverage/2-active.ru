# # Implementations in operation in the scopes in which some requirement asks for their control
# **Reading:** COVERAGE R5. The scopes asked for are found once per control, not once per implementation.
PREFIX cov: <https://w3id.org/normgraph/benchmark/coverage#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX ng: <https://w3id.org/normgraph/ns#>
INSERT { ?implementation cov:activeIn ?scope . ?control cov:implementedIn ?scope }
WHERE {
  ?question cov:asOf ?day ; cov:organisation ?organisation .
  {
    SELECT DISTINCT ?control ?scope WHERE {
      ?row cov:control ?control ; cov:onRequirement ?requirement .
      ?pair cov:requirement ?requirement ; cov:scope ?scope .
      MINUS { ?control cov:excludedIn ?scope }
    }
  }
  ?implementation ng:implementsControl ?control ; ng:status ng:Implemented .
  { ?implementation ng:hasScope ?scope } UNION { ?implementation ng:hasScope ?organisation }
  OPTIONAL { ?implementation ng:validFrom ?from }
  OPTIONAL { ?implementation ng:validUntil ?until }
  FILTER((!BOUND(?from) || ?from <= ?day) && (!BOUND(?until) || ?day < ?until))
}
